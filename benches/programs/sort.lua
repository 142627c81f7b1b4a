local seed = 42
local total = 0
for _ = 1, 20 do
  local numbers = {}
  for i = 1, 100000 do
    seed = seed * 16807 % 2147483647
    numbers[i] = seed
  end
  table.sort(numbers)
  total = total + numbers[1] + numbers[50001] + numbers[100000]
end
print(total)
