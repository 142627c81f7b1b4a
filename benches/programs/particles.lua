local function step(p, dt)
  p.x = p.x + p.vx * dt
  p.y = p.y + p.vy * dt
  if p.x < 0.0 or p.x > 1.0 then
    p.vx = -p.vx
    p.bounces = p.bounces + 1
  end
  if p.y < 0.0 or p.y > 1.0 then
    p.vy = -p.vy
    p.bounces = p.bounces + 1
  end
end

local particles = {}
for i = 0, 999 do
  local at = i / 1000.0
  particles[#particles + 1] = { x = at, y = 1.0 - at, vx = 0.5 - at, vy = at * 0.75, bounces = 0 }
end
for _ = 1, 10000 do
  for _, p in ipairs(particles) do
    step(p, 0.01)
  end
end
local bounces, x = 0, 0.0
for _, p in ipairs(particles) do
  bounces = bounces + p.bounces
  x = x + p.x
end
print(string.format("%d %.9f", bounces, x))
