-- A pipe.
local pipe = {}
