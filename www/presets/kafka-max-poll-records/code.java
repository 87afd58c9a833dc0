// A member of the group `billing`. Arguments: bootstrap servers, max.poll.records, milliseconds per record.
// Run with `java -cp kafka-clients.jar:slf4j-api.jar code.java localhost:9092 50 1000`.

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.StringDeserializer;

class Billing {
    public static void main(String[] args) throws InterruptedException {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "billing");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, args[1]); // 500 if not said
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, "300000"); // as it is if not said
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        long millis = Long.parseLong(args[2]);

        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("invoices"));
            while (true) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<String, String> record : records) {
                    charge(record, millis);
                }
                commit(consumer, records.count());
            }
        }
    }

    /** The work: calls a payment service. */
    static void charge(ConsumerRecord<String, String> record, long millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    static void commit(KafkaConsumer<String, String> consumer, int count) {
        try {
            consumer.commitSync();
        } catch (CommitFailedException | RebalanceInProgressException late) {
            // Its partitions have gone to others. The next poll joins the group again.
            System.err.println(count + " records were worked on and not committed: " + late.getMessage());
        }
    }
}
