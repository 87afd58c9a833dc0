// java code.java [threads]: nothing stands between read and write, and updates are lost, since `counter++` is three steps.

class LostUpdate {
    static final int ROUNDS = 1_000_000;
    static volatile int counter = 0; // volatile: each step reads and writes memory; that makes no one step of the three

    public static void main(String[] arguments) throws InterruptedException {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = new Thread(() -> {
                for (int round = 0; round < ROUNDS; round++) counter++;
            });
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();

        long made = (long) count * ROUNDS;
        System.out.printf("%,d increments, the number is %,d: %.0f %% lost%n", made, counter, 100.0 * (made - counter) / made);
    }
}
