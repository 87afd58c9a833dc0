# A tank.
import queue

tank = queue.Queue()  # without a limit
