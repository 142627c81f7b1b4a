local seed = 42
local total = 0
for _ = 1, 4 do
  local sums = {}
  for i = 0, 499999 do
    seed = seed * 16807 % 2147483647
    local key = seed % 100000
    if sums[key] then
      sums[key] = sums[key] + i
    else
      sums[key] = i
    end
    if i % 8 == 0 then
      sums[seed % 99991] = nil
    end
  end
  for key, sum in pairs(sums) do
    total = total + (key ~ sum)
  end
end
print(total)
