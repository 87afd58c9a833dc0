"""A worker that keeps its lease while it works. Arguments: URL of the queue, visibility timeout in seconds."""

import sys
import threading
import time
from contextlib import contextmanager

import boto3


@contextmanager
def heartbeat(sqs, queue, receipt, visibility):
    """Extends the lease every third of its time, from a thread of its own, until the block is left."""
    stop = threading.Event()

    def beat():
        while not stop.wait(visibility / 3):
            # Counts from now. The most that all of them together may reach is 12 hours after the receive.
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=visibility)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def encode(body):
    time.sleep(40)  # the work takes longer than the lease


def work_on_one(sqs, queue, visibility, work=encode):
    """Receives, works, deletes. Says how many messages there were."""
    messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20, VisibilityTimeout=visibility).get("Messages", [])
    for message in messages:
        with heartbeat(sqs, queue, message["ReceiptHandle"], visibility):
            work(message["Body"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)


if __name__ == "__main__":
    client = boto3.client("sqs")
    while True:
        work_on_one(client, sys.argv[1], int(sys.argv[2]))
