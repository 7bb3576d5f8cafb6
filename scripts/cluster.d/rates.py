"""How fast a topic is read by one, two and three ingesters."""

import os
import time

from cluster import PARTITIONS, processor, wait_until
from ingester import Failure


def measure(cluster, alerts, seed):
    """Prints alerts per second, from when each ingester has partitions and has done a batch to the last alert."""
    cluster.simulate("figures", alerts, alerts * 325 // 1000, seed)
    load = os.getloadavg()[0]
    print(f"  {os.cpu_count()} cores, load {load:.1f} before; mongod and Kafka have the same cores")
    for count in (1, 2, 3):
        name = f"figures{count}"
        collection = cluster.mongo[name].ZTF_alerts
        ingesters = [cluster.process(f"{name}-{each}", "skipper-ingester", cluster.settings(name, "figures", name))
                     for each in range(count)]
        for each in ingesters:
            each.start()
        wait_until(lambda: all(any(each.batches(whole=True)) for each in ingesters)
                   or collection.estimated_document_count() >= alerts, "each has done a batch", ingesters)
        begun, before = time.monotonic(), collection.estimated_document_count()
        used = [processor(each.process.pid) for each in ingesters] + cluster.server_times()
        wait_until(lambda: collection.estimated_document_count() >= alerts, "all is stored", ingesters)
        took = time.monotonic() - begun
        now = [processor(each.process.pid) for each in ingesters] + cluster.server_times()
        *ours, mongod, kafka = [(after - start) / (alerts - before) * 1e6 for after, start in zip(now, used)]
        wait_until(lambda: cluster.lag("figures", name) == 0, "all is committed", ingesters)
        shares = [sum(batch["stored"] for batch in each.batches(whole=True)) for each in ingesters]
        for each in ingesters:
            each.stop()
        if before > alerts * 0.7:
            raise Failure(f"{before} of {alerts} alerts were stored before all {count} took part: too few for a figure")
        rate = (alerts - before) / took
        print(f"  {count} ingester{'s' if count > 1 else ' '}: {rate:6.0f} alerts/s; "
              f"processor time an alert: {sum(ours):.0f} us in the ingesters, {mongod:.0f} in mongod, {kafka:.0f} in Kafka; "
              f"alerts stored by each: {shares}, {PARTITIONS} partitions")
        if count == 1:
            print_sizes(cluster.mongo[name], alerts)
        cluster.mongo.drop_database(name)


def print_sizes(database, alerts):
    """Bytes on disk for each alert, by collection and index."""
    database.client.admin.command("fsync")  # a checkpoint, without which files are shorter than what is stored
    for description in sorted(database.list_collections(filter={"type": "collection"}), key=lambda each: each["name"]):
        name = description["name"]
        if name.startswith("system."):
            continue
        stats = database.command("collStats", name)
        if not stats["count"]:
            continue
        print(f"    {name}: {stats['count']} documents of {stats['avgObjSize']:.0f} bytes; on disk "
              f"{stats['storageSize'] / alerts:.0f} bytes an alert, indexes {stats['totalIndexSize'] / alerts:.0f}")
        for index, size in sorted(stats["indexSizes"].items(), key=lambda each: -each[1]):
            print(f"      {index}: {size / alerts:.0f}")
