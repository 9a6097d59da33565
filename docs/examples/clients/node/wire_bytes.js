// Prints what kafkajs and avsc make of fixed records, for Decant's own tests (ClientBytesTest).
//
// node wire_bytes.js > ../../../../schemas/src/test/resources/clients/node.json

const fs = require('fs')
const path = require('path')
const avro = require('avsc')
const { Partitioners } = require('kafkajs')

const SCHEMAS = path.join(__dirname, '../../../../schemas/src/main/avro')
const IDS = ['a', 'ab', 'abc', 'abcd', 'run-1', 'run-12', 'sample-0000000000000042', 'é', '漢字', '🙂-7', 'x'.repeat(100)]

const avroBytes = (record, value) => {
  const schema = JSON.parse(fs.readFileSync(path.join(SCHEMAS, `${record}.avsc`)))
  for (const field of schema.fields) {
    if (field.type === 'Tensor') field.type = JSON.parse(fs.readFileSync(path.join(SCHEMAS, 'Tensor.avsc')))
  }
  return avro.Type.forSchema(schema).toBuffer(value).toString('hex')
}

const partitions = count => {
  const partition = Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 }))
  return Object.fromEntries(IDS.map(key => [key, partition({ topic: 't', partitionMetadata, message: { key } })]))
}

const sample = {
  sampleId: 'é-1',
  features: { dtype: 'U8', shape: [2, 2], data: Buffer.from([0, 1, 127, 255]) },
  eventTimeMillis: 1760000000123,
  attributes: { site: 'north' },
}
const label = { sampleId: 'é-1', classIndex: 7, distribution: null, source: 'mnist', eventTimeMillis: 1760000000124 }
const probabilities = { ...label, classIndex: null, distribution: [0.25, 0.75] }

const version = name => require(`${name}/package.json`).version
console.log(
  JSON.stringify(
    {
      madeBy: `kafkajs ${version('kafkajs')}, avsc ${version('avsc')}, Node ${process.version}`,
      sample: avroBytes('Sample', sample),
      label: avroBytes('Label', label),
      probabilities: avroBytes('Label', probabilities),
      partitionsOf4: partitions(4),
      partitionsOf12: partitions(12),
    },
    null,
    2,
  ),
)
