"""Fan-out twice: SNS to a queue for each subscriber, and one Kafka topic with a group for each subscriber."""

import json

import boto3


def subscribe(sqs, sns, topic_arn, name):
    """A queue that gets a copy of everything published from now on. Its policy must let the topic in."""
    queue = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    # Raw: the body is what was published, without the envelope of SNS.
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    return queue


def work_on_queue(sqs, queue, handle, wait=20):
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
    for message in answer.get("Messages", []):
        handle(message["Body"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def work_on_topic(consumer, handle):
    """`consumer` is a confluent_kafka.Consumer with a group.id of its own, enable.auto.commit off, subscribed to the topic."""
    records = [record for record in consumer.consume(num_messages=10, timeout=20) if record.error() is None]
    for record in records:
        handle(record.value())
    if records:
        consumer.commit(asynchronous=False)


def main():
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    topic_arn = sns.create_topic(Name="uploads")["TopicArn"]
    queues = {name: subscribe(sqs, sns, topic_arn, name) for name in ("thumbnails", "indexing")}
    sns.publish(TopicArn=topic_arn, Message=json.dumps({"image": 17}))
    for name, queue in queues.items():
        work_on_queue(sqs, queue, lambda body, name=name: print(name, body))


if __name__ == "__main__":
    main()
