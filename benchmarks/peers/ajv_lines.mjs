// ajv with ajv-formats lists all errors of every line of every JSON Lines file; no keys or references.
import { readdirSync, readFileSync, createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const require = createRequire(join(root, 'build', 'peers', 'node', 'package.json'))
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default

const schemas = join(root, 'datapackage', 'schemas')
const byTable = new Map()
for (const name of readdirSync(schemas)) {
  const schema = JSON.parse(readFileSync(join(schemas, name), 'utf8'))
  if (schema['x-table']) byTable.set(schema['x-table'], schema)
}

const folder = process.argv[2]
let defects = 0
for (const name of readdirSync(folder).sort()) {
  if (!name.endsWith('.jsonl')) continue
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false })
  addFormats(ajv)
  const check = ajv.compile(byTable.get(basename(name, '.jsonl')))
  for await (const line of createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })) {
    if (!check(JSON.parse(line))) defects += check.errors.length
  }
}
console.log(JSON.stringify({ defects }))
process.exitCode = defects ? 1 : 0
