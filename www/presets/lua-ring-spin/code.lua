-- A bounded ring whose producer spins. Between coroutines this hangs: the loop never gives the thread away, so the one who would
-- make room never runs. The real loop has no limit; this one gives up after ten million looks, to be able to tell.

local Ring = {}
Ring.__index = Ring

function Ring.new(capacity)
  return setmetatable({ items = {}, head = 1, count = 0, capacity = capacity }, Ring)
end

function Ring:push(item)
  local looks = 0
  while self.count >= self.capacity do
    looks = looks + 1
    if looks == 10000000 then
      error(("gave up: %d of %d places taken after %d looks"):format(self.count, self.capacity, looks), 0)
    end
  end
  self.items[(self.head + self.count - 1) % self.capacity + 1] = item
  self.count = self.count + 1
end

function Ring:pop()
  if self.count == 0 then return nil end
  local item = self.items[self.head]
  self.items[self.head] = nil
  self.head = self.head % self.capacity + 1
  self.count = self.count - 1
  return item
end

local ring, done = Ring.new(3), 0

local producer = coroutine.create(function()
  for item = 1, 1000 do ring:push(item) end
end)

local consumer = coroutine.create(function()
  while true do
    while ring:pop() do done = done + 1 end
    coroutine.yield()
  end
end)

-- The scheduler: each in turn, until it yields.
local start = os.clock()
repeat
  local fine, problem = coroutine.resume(producer)
  if not fine then print(problem) break end
  coroutine.resume(consumer)
until coroutine.status(producer) == "dead"
print(("%d items done, %.2f s of the processor used"):format(done, os.clock() - start))
