"""The queue, its dead letters and a mapping that takes at most fifty batches at once. The function `image-processor` exists already."""

import json

import boto3


def create_queue(sqs, name, receives, visibility):
    """A queue whose messages go to `NAME-dead` instead of being delivered once more than `receives` times."""
    dead = sqs.create_queue(QueueName=f"{name}-dead", Attributes={"MessageRetentionPeriod": str(14 * 24 * 3600)})["QueueUrl"]
    dead_arn = arn(sqs, dead)
    policy = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": receives}
    attributes = {"VisibilityTimeout": str(visibility), "RedrivePolicy": json.dumps(policy)}
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def arn(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def main():
    sqs, functions = boto3.client("sqs"), boto3.client("lambda")
    images = create_queue(sqs, "images", receives=5, visibility=60)
    functions.create_event_source_mapping(
        EventSourceArn=arn(sqs, images),
        FunctionName="image-processor",
        BatchSize=10,
        # 2 to 1000. It belongs to this mapping: another source of the same function is not limited by it.
        ScalingConfig={"MaximumConcurrency": 50},
    )


if __name__ == "__main__":
    main()
