"""Prints the newest records of one of Decant's topics as JSON, one a line.

python3 read_back.py BROKER:PORT REGISTRY_URL TOPIC [COUNT]
"""

import io
import json
import struct
import sys

import avro.io
import avro.schema
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient

broker, registry_url, topic = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 5
registry = SchemaRegistryClient({"url": registry_url})
readers = {}


def read(bytes_):
    """A value in Confluent's wire format; its own id says which schema wrote it. A tombstone has none."""
    if bytes_ is None:
        return None
    zero, schema_id = struct.unpack(">bI", bytes_[:5])
    if zero != 0:
        raise ValueError(f"expected a zero byte before the schema's id, found {zero}")
    if schema_id not in readers:
        readers[schema_id] = avro.io.DatumReader(avro.schema.parse(registry.get_schema(schema_id).schema_str))
    return readers[schema_id].read(avro.io.BinaryDecoder(io.BytesIO(bytes_[5:])))


def shown(value):
    """Bytes as a short hexadecimal text: JSON has none."""
    if isinstance(value, bytes):
        return value.hex() if len(value) <= 16 else f"{value[:16].hex()}… {len(value)} bytes"
    raise TypeError(type(value))


consumer = Consumer(
    {
        "bootstrap.servers": broker,
        "group.id": "unused",
        "enable.auto.commit": False,
        "isolation.level": "read_committed",  # services write in transactions
        "enable.partition.eof": True,
    }
)
start = []
for number in consumer.list_topics(topic).topics[topic].partitions:
    first, end = consumer.get_watermark_offsets(TopicPartition(topic, number))
    # Transactions leave marks between the records, so more offsets are asked for than records are wanted.
    start.append(TopicPartition(topic, number, max(first, end - 3 * count)))
consumer.assign(start)

found, ended = [], set()
while len(ended) < len(start):
    message = consumer.poll(10)
    if message is None:
        sys.exit(f"{broker} gives nothing within 10 seconds")
    if message.error() is None:
        found.append(message)
    elif message.error().code() == KafkaError._PARTITION_EOF:
        ended.add(message.partition())
    else:
        sys.exit(message.error().str())

for message in sorted(found, key=lambda record: record.timestamp()[1])[-count:]:
    record = {"key": message.key().decode(), "partition": message.partition(), "offset": message.offset()}
    print(json.dumps({**record, "value": read(message.value())}, default=shown, ensure_ascii=False)[:1000])
consumer.close()
