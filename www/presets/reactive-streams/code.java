// Reactive Streams as Java has them since 9: java.util.concurrent.Flow.
// Run with `java code.java 4 4`: request(4), then four more each time.
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

class Credits {
    static final int RATE = 120, SERVICE_MS = 10, WIRE_MS = 20, SECONDS = 5;

    /** Sends while it has credit and waits when it has none. Both directions of the wire take WIRE_MS. */
    static void publish(Subscriber<Long> subscriber) throws InterruptedException {
        ScheduledExecutorService wire = Executors.newScheduledThreadPool(1);
        ScheduledExecutorService inbox = Executors.newScheduledThreadPool(1); // one thread: onNext is called serially
        Semaphore credit = new Semaphore(0);
        subscriber.onSubscribe(new Subscription() {
            public void request(long n) {
                wire.schedule(() -> credit.release((int) n), WIRE_MS, TimeUnit.MILLISECONDS);
            }
            public void cancel() { }
        });
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        for (long item = 0; System.nanoTime() < end; item++) {
            credit.acquire();
            TimeUnit.NANOSECONDS.sleep(1_000_000_000L / RATE);
            long number = item;
            inbox.schedule(() -> subscriber.onNext(number), WIRE_MS, TimeUnit.MILLISECONDS);
        }
        inbox.shutdownNow();
        wire.shutdownNow();
        subscriber.onComplete();
    }

    /** Asks for `n` at first, and for `again` more whenever it has worked through so many. */
    record Worker(long n, long again, long[] done, Subscription[] subscription) implements Subscriber<Long> {
        public void onSubscribe(Subscription given) {
            subscription[0] = given;
            given.request(n);
        }
        public void onNext(Long item) {
            try {
                Thread.sleep(SERVICE_MS);
            } catch (InterruptedException stopped) {
                return;
            }
            if (++done[0] % again == 0) subscription[0].request(again);
        }
        public void onError(Throwable problem) { problem.printStackTrace(); }
        public void onComplete() { System.out.println(done[0] / SECONDS + " items a second"); }
    }

    public static void main(String[] arguments) throws InterruptedException {
        long n = Long.parseLong(arguments[0]);
        long again = Math.min(n, Long.parseLong(arguments[1]));
        publish(new Worker(n, again, new long[1], new Subscription[1]));
    }
}
