// Commits what it has polled, then works on it. Argument: bootstrap servers.
// Run with `java -cp kafka-clients.jar:slf4j-api.jar code.java localhost:9092` and kill it in the middle of a batch.

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

class Ledger {
    public static void main(String[] args) throws InterruptedException {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "ledger");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "100");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("payments"));
            while (true) {
                ConsumerRecords<String, String> records = consumer.poll(Duration.ofSeconds(1));
                // From here on the group will never deliver these records again, whatever becomes of them.
                consumer.commitSync();
                for (ConsumerRecord<String, String> record : records) {
                    charge(record);
                }
            }
        }
    }

    /** The work: calls a payment service. */
    static void charge(ConsumerRecord<String, String> record) throws InterruptedException {
        Thread.sleep(20);
        System.out.println("charged " + record.key());
    }
}
