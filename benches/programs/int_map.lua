-- Sums and removes under keys of random order, and adds up what is left. Keys are far apart, so that no language has a
-- list for the map.
local function churn(operations)
  local sums = {}
  local seed = 42
  for i = 0, operations - 1 do
    seed = seed * 16807 % 2147483647
    local key = seed % 100000 * 10007
    if sums[key] then
      sums[key] = sums[key] + i
    else
      sums[key] = i
    end
    if i % 8 == 0 then
      sums[seed % 99991 * 10007] = nil
    end
  end
  local total = 0
  for key, sum in pairs(sums) do
    total = total + key + sum
  end
  return total
end

local n = tonumber(arg[1])
local total = 0
for _ = 1, 4 do
  total = total + churn(n)
end
print(string.format("%d", total))
