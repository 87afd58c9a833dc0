"""A consumer that deletes what it has done, and what to do with the dead letters. Arguments: URL of the queue."""

import json
import logging
import sys

import boto3


def dead_letters_after(sqs, queue, dead, receives):
    """From now on SQS moves a message to `dead` instead of delivering it once more than `receives` times."""
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": receives})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})


def work_on_one(sqs, queue, handle, wait=20):
    """Receives a message, handles it, deletes it. A message that cannot be handled stays leased, and comes back when its lease ends."""
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


def send_back(sqs, dead_arn):
    """When the bug is mended: all dead letters go back to the queue they came from."""
    return sqs.start_message_move_task(SourceArn=dead_arn)


if __name__ == "__main__":
    client = boto3.client("sqs")
    while True:
        work_on_one(client, sys.argv[1], print)
