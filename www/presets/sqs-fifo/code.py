"""A FIFO queue: the producer's group, and a worker. Arguments: URL of the queue (its name ends in .fifo)."""

import json
import sys

import boto3


def create_queue(sqs, name):
    """High throughput mode: limits and repetitions are counted for each group, not for the whole queue."""
    attributes = {
        "FifoQueue": "true",
        "VisibilityTimeout": "60",
        "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
    }
    return sqs.create_queue(QueueName=f"{name}.fifo", Attributes=attributes)["QueueUrl"]


def send(sqs, queue, order):
    """All orders of a customer stay in order. Who sends the same order again within five minutes adds nothing."""
    sqs.send_message(
        QueueUrl=queue,
        MessageBody=json.dumps(order),
        MessageGroupId=str(order["customer"]),
        MessageDeduplicationId=str(order["id"]),
    )


def work_on_one(sqs, queue, handle, wait=20):
    """While the message is in flight no other of its customer is delivered. Deleting it lets the next one go."""
    for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=wait).get("Messages", []):
        handle(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    client = boto3.client("sqs")
    while True:
        work_on_one(client, sys.argv[1], print)
