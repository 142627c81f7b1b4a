local function compose(f, g)
  return function(x) return g(f(x)) end
end

local calls = 0
local function add(n)
  return function(x) return x + n end
end
local function counted(x)
  calls = calls + 1
  return x % 1000
end
local f = compose(compose(add(3), add(4)), counted)
local total = 0
for i = 0, 7999999 do
  total = total + f(i)
end
print(calls .. " " .. total)
