local function primes_below(limit)
  local composite = {}
  for n = 1, limit do
    composite[n] = false
  end
  local count = 0
  for n = 2, limit - 1 do
    if not composite[n] then
      count = count + 1
      for multiple = n * n, limit - 1, n do
        composite[multiple] = true
      end
    end
  end
  return count
end

local limit = tonumber(arg[1])
local total = 0
for _ = 1, 10 do
  total = total + primes_below(limit)
end
print(total)
