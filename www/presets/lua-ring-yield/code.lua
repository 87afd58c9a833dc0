-- A bounded ring between two coroutines. Who cannot go on yields, and the scheduler resumes the other.

local Ring = {}
Ring.__index = Ring

function Ring.new(capacity)
  return setmetatable({ items = {}, head = 1, count = 0, capacity = capacity, yields = 0 }, Ring)
end

function Ring:wait()
  self.yields = self.yields + 1
  coroutine.yield()
end

function Ring:push(item)
  while self.count >= self.capacity do self:wait() end
  self.items[(self.head + self.count - 1) % self.capacity + 1] = item
  self.count = self.count + 1
end

function Ring:pop()
  while self.count == 0 do self:wait() end
  local item = self.items[self.head]
  self.items[self.head] = nil
  self.head = self.head % self.capacity + 1
  self.count = self.count - 1
  return item
end

local ITEMS = 1000
local ring, done = Ring.new(3), 0

local producer = coroutine.create(function()
  for item = 1, ITEMS do ring:push(item) end
end)

local consumer = coroutine.create(function()
  for expected = 1, ITEMS do
    assert(ring:pop() == expected, "first in, first out")
    done = done + 1
  end
end)

-- The scheduler: each in turn, until it yields or ends.
local crew = { producer, consumer }
while #crew > 0 do
  for place = #crew, 1, -1 do
    assert(coroutine.resume(crew[place]))
    if coroutine.status(crew[place]) == "dead" then table.remove(crew, place) end
  end
end
print(("%d items done in order, %d yields"):format(done, ring.yields))
