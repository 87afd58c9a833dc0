// java code.java [threads] [accounts] [ordered: 0 or 1]: a mutex for each account. The JVM can find a deadlock, and leaves it.

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

class Deadlock {
    static final double APART_MS = 20, STEP_MS = 1;
    static final int RUN_S = 60;

    static ReentrantLock[] locks;
    static int[] balance;
    static final LongAdder moved = new LongAdder();

    static void transfer(int from, int to, boolean ordered) throws InterruptedException {
        int first = ordered ? Math.min(from, to) : from;
        int second = ordered ? Math.max(from, to) : to;
        locks[first].lock();
        try {
            pause(STEP_MS);
            locks[second].lock();  // for ever, if its holder waits for `first`; tryLock(1, SECONDS) would give up
            try {
                pause(STEP_MS);
                balance[from] -= 10;
                balance[to] += 10;
            } finally {
                locks[second].unlock();
            }
        } finally {
            locks[first].unlock();
        }
        moved.increment();
    }

    static void pause(double meanMs) throws InterruptedException {
        double ms = -meanMs * Math.log(1 - ThreadLocalRandom.current().nextDouble());
        Thread.sleep((long) ms, (int) (ms % 1 * 1e6));
    }

    static void work(boolean ordered) {
        try {
            while (true) {
                pause(APART_MS);
                var random = ThreadLocalRandom.current();
                int from = random.nextInt(locks.length);
                int to = (from + 1 + random.nextInt(locks.length - 1)) % locks.length;
                transfer(from, to, ordered);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] args) throws InterruptedException {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 16;
        int accounts = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        boolean ordered = args.length > 2 && args[2].equals("1");
        locks = new ReentrantLock[accounts];
        balance = new int[accounts];
        for (int i = 0; i < accounts; i++) {
            locks[i] = new ReentrantLock(true);  // fair: first come, first served
        }
        var workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Thread(() -> work(ordered));
            workers[i].setDaemon(true);  // so that the program can end at all
            workers[i].start();
        }
        for (int second = 10; second <= RUN_S; second += 10) {
            Thread.sleep(10_000);
            long[] circle = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
            long waiting = Arrays.stream(workers).filter(thread -> thread.getState() == Thread.State.WAITING).count();
            System.out.printf("%d s: %d transfers, %d threads wait for a lock, %d of them in a circle%n",
                second, moved.sum(), waiting, circle == null ? 0 : circle.length);
        }
    }
}
