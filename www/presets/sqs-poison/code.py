"""A consumer without a dead-letter queue. Arguments: URL of the queue."""

import json
import logging
import sys

import boto3


def work_on_one(sqs, queue, handle, wait=20):
    """Receives a message, handles it, deletes it. What cannot be handled is never deleted: SQS delivers it until its retention ends."""
    answer = sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=wait, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )
    for message in answer.get("Messages", []):
        try:
            handle(json.loads(message["Body"]))
        except Exception:
            logging.exception("delivery %s failed", message["Attributes"]["ApproximateReceiveCount"])
        else:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    client = boto3.client("sqs")
    while True:
        work_on_one(client, sys.argv[1], print)
