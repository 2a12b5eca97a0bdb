// Runs an engine in JavaScript as worker.py runs one in Python, with the same words on stdin and stdout:
// node worker.mjs ENGINE ROWS FOLDER PACKAGES RULE
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const [engine, rows, folder, packages, rule] = process.argv.slice(2)
const OFFICES = JSON.parse(process.env.PEERS_OFFICES)
const PLANS = JSON.parse(process.env.PEERS_PLANS)
const TURN_NS = 50_000_000n
const say = what => process.stdout.write(JSON.stringify(what) + '\n')

function readApplicants (count) {
  const column = (name, Kind) => {
    const bytes = readFileSync(`${folder}/${name}`)
    return new Kind(bytes.buffer, bytes.byteOffset, count)
  }
  const office = column('office', Int8Array)
  const plan = column('plan', Int8Array)
  const since = column('since', Int32Array)
  const raised = column('raised', BigInt64Array)
  const requested = column('requested', BigInt64Array)
  return Array.from({ length: count }, (_, i) => ({
    office: OFFICES[office[i]],
    since: Number(new Date(since[i] * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')),
    raised: Number(raised[i]),
    plan: PLANS[plan[i]],
    requested: Number(requested[i])
  }))
}

function time (decide, data) {
  const cpu = process.cpuUsage()
  const begin = process.hrtime.bigint()
  const result = decide(data)
  const wall = Number(process.hrtime.bigint() - begin)
  const used = process.cpuUsage(cpu)
  return { result, wall, cpu: (used.user + used.system) * 1000 }
}

const { prepare, decide, answers } = await import(`./engines/${engine}.mjs`)
const require = createRequire(`${packages}/package.json`)
let data
try {
  data = await prepare(readApplicants(Number(rows)), JSON.parse(readFileSync(rule, 'utf8')), name => require(name))
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error
  say({ absent: error.message.split('\n')[0] })
  process.exit(0)
}
const { eligible, cents } = answers(decide(data))
writeFileSync(`${folder}/${engine}.eligible`, Int8Array.from(eligible))
writeFileSync(`${folder}/${engine}.cents`, BigInt64Array.from(cents, BigInt))
say({ ready: true })

for await (const _ of createInterface({ input: process.stdin })) {
  decide(data)
  const times = []
  const begin = process.hrtime.bigint()
  do {
    const { wall, cpu } = time(decide, data)
    times.push([wall, cpu])
  } while (process.hrtime.bigint() - begin < TURN_NS)
  say(times)
}
