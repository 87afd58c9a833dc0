"""Reserved concurrency for the function, and what the mapping needs beside it."""

import boto3

FUNCTION = "image-processor"


def reserve(functions, executions):
    """At most this many executions of the function, whoever invokes it; as many are kept for it out of the account's 1,000."""
    functions.put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=executions)


def limit_pollers(functions, executions):
    """The cure: no mapping of the function takes more batches than may run."""
    mappings = functions.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]
    for mapping in mappings:
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": executions})


def main():
    functions = boto3.client("lambda")
    reserve(functions, 50)  # alone: throttles, repetitions, messages that die unread
    limit_pollers(functions, 50)  # with it: the rest waits in the queue


if __name__ == "__main__":
    main()
