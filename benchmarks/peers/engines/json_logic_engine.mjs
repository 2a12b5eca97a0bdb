// json-logic-engine: JSON Logic compiled to a JavaScript function, called for each applicant. Its numbers are doubles.

/** Returns what decides and the applicants as objects. `load` imports a package by its name. */
export async function prepare(applicants, rule, load) {
  const { LogicEngine } = await load('json-logic-engine')
  const engine = new LogicEngine()
  engine.addMethod('floor', ([number]) => Math.floor(number), { deterministic: true, sync: true })
  const records = applicants.map(one => ({ ...one, raised: one.raised / 100, requested: one.requested / 100 }))
  return { decideOne: engine.build(rule), records }
}

export function decide({ decideOne, records }) {
  const result = new Array(records.length)
  for (let i = 0; i < records.length; ++i) result[i] = decideOne(records[i])
  return result
}

export function answers(result) {
  return { eligible: result.map(one => one[0]), cents: result.map(one => Math.round(one[1] * 100)) }
}
