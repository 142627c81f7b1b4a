-- An element of the infinite matrix, whose rows and columns are counted from 0.
local function a(i, j)
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

local function multiply_by_a(from, to)
  for i = 1, #from do
    local sum = 0.0
    for j = 1, #from do
      sum = sum + a(i - 1, j - 1) * from[j]
    end
    to[i] = sum
  end
end

local function multiply_by_a_transposed(from, to)
  for i = 1, #from do
    local sum = 0.0
    for j = 1, #from do
      sum = sum + a(j - 1, i - 1) * from[j]
    end
    to[i] = sum
  end
end

local n = tonumber(arg[1])
local u, v, between = {}, {}, {}
for i = 1, n do
  u[i], v[i], between[i] = 1.0, 0.0, 0.0
end
for _ = 1, 10 do
  multiply_by_a(u, between)
  multiply_by_a_transposed(between, v)
  multiply_by_a(v, between)
  multiply_by_a_transposed(between, u)
end
local uv, vv = 0.0, 0.0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
