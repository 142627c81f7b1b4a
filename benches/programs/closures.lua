local function map(xs, f)
  local ys = {}
  for i = 1, #xs do
    ys[i] = f(xs[i])
  end
  return ys
end

local function filter(xs, keep)
  local ys = {}
  for i = 1, #xs do
    local x = xs[i]
    if keep(x) then
      ys[#ys + 1] = x
    end
  end
  return ys
end

local function fold(xs, start, f)
  local result = start
  for i = 1, #xs do
    result = f(result, xs[i])
  end
  return result
end

local rounds = tonumber(arg[1])
local numbers = {}
for i = 1, 10000 do
  numbers[i] = i - 1
end
local total = 0
for round = 0, rounds - 1 do
  local mapped = map(numbers, function(x) return x * 3 + round end)
  local kept = filter(mapped, function(x) return x % 2 == 0 end)
  total = total + fold(kept, 0, function(sum, x) return sum + x end)
end
print(total)
