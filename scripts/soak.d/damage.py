"""Damages a database that has passed, one way after another, and expects the judge to notice each."""

import bson
import confluent_kafka


def prove(judge):
    """Prints what the judge says of each damage; returns 1 where it says nothing, or of something else."""
    unnoticed = 0
    lag = ("the group falls back by a message", lambda database: fall_back(judge.topic), "1 messages to commit")
    for name, harm, word in [*DAMAGES, lag]:
        undo = harm(judge.database)
        found = judge.faults()
        undo()
        noticed = found and all(word in line for line in found)
        unnoticed += not noticed
        first = found[0][:200] if found else None
        print(f"  {'noticed' if noticed else 'NOT NOTICED'}: {name}: {len(found)} faults, {first}")
    left = judge.faults()
    print(f"  judge: after all was put right: {len(left)} faults {left[:3]}")
    return 1 if unnoticed or left else 0


def changed(collection, original, replacement):
    """Replaces a document; returns what puts it back."""
    collection.replace_one({"_id": original["_id"]}, replacement)
    return lambda: collection.replace_one({"_id": original["_id"]}, original)


def lose_alert(database):
    alert = database.ZTF_alerts.find_one()
    database.ZTF_alerts.delete_one({"_id": alert["_id"]})
    return lambda: database.ZTF_alerts.insert_one(alert)


def double_alert(database):
    database.ZTF_alerts.drop_index("candid")
    double = {**database.ZTF_alerts.find_one(), "_id": bson.ObjectId()}
    database.ZTF_alerts.insert_one(double)

    def undo():
        database.ZTF_alerts.delete_one({"_id": double["_id"]})
        database.ZTF_alerts.create_index([("candid", -1)], name="candid", unique=True)

    return undo


def foreign_alert(database):
    foreign = {**database.ZTF_alerts.find_one(), "_id": 1, "candid": bson.Int64(1)}
    database.ZTF_alerts.insert_one(foreign)
    return lambda: database.ZTF_alerts.delete_one({"_id": 1})


def change_number(database):
    alert = database.ZTF_alerts.find_one()
    candidate = {**alert["candidate"], "magpsf": alert["candidate"]["magpsf"] + 1e-12}
    return changed(database.ZTF_alerts, alert, {**alert, "candidate": candidate})


def change_type(database):
    alert = database.ZTF_alerts.find_one()
    candidate = {**alert["candidate"], "fid": float(alert["candidate"]["fid"])}
    return changed(database.ZTF_alerts, alert, {**alert, "candidate": candidate})


def change_stamp(database):
    alert = database.ZTF_alerts.find_one()
    stamp = {**alert["cutoutScience"], "stampData": alert["cutoutScience"]["stampData"][:-1]}
    return changed(database.ZTF_alerts, alert, {**alert, "cutoutScience": stamp})


def lose_object(database):
    document = database.ZTF_alerts_aux_recent.find_one()
    database.ZTF_alerts_aux_recent.delete_one({"_id": document["_id"]})
    return lambda: database.ZTF_alerts_aux_recent.insert_one(document)


def history(field, change):
    """Changes the rows of one object that has at least three."""
    def harm(database):
        document = database.ZTF_alerts_aux_recent.find_one({field + ".2": {"$exists": True}})
        return changed(database.ZTF_alerts_aux_recent, document, {**document, field: change(document[field])})

    return harm


def lose_epochs(database):
    document = database.ZTF_alerts_aux_recent.find_one({"fp_hists.2": {"$exists": True}})
    return changed(database.ZTF_alerts_aux_recent, document, {k: v for k, v in document.items() if k != "fp_hists"})


def invent_epochs(database):
    document = database.ZTF_alerts_aux_recent.find_one({"fp_hists": {"$exists": False}})
    return changed(database.ZTF_alerts_aux_recent, document, {**document, "fp_hists": []})


def reject(database):
    database.rejected.insert_one({"_id": "soak/0/0", "reason": "damage"})
    return lambda: database.rejected.delete_one({"_id": "soak/0/0"})


def fall_back(topic):
    """Commits the offset before the last of one partition, in the name of the group, which has no member now."""
    last = max(topic.consumer.committed(topic.partitions, timeout=10), key=lambda each: each.offset)
    before = confluent_kafka.TopicPartition(last.topic, last.partition, last.offset - 1)
    topic.consumer.commit(offsets=[before], asynchronous=False)
    return lambda: topic.consumer.commit(offsets=[last], asynchronous=False)


def fainter(rows):
    return [{**rows[0], "alert_mag": rows[0]["alert_mag"] + 0.5}] + rows[1:]


# What is done, how, and the word that every fault found must have.
DAMAGES = [
    ("an alert is lost", lose_alert, "not stored"),
    ("an alert is doubled", double_alert, "stored 2 times"),
    ("an alert too many", foreign_alert, "in no packet"),
    ("a magnitude changes in the 12th decimal", change_number, "candidate.magpsf"),
    ("an integer becomes a number with a point", change_type, "candidate.fid"),
    ("a stamp is cut", change_stamp, "cutoutScience.stampData"),
    ("an object's document is lost", lose_object, "no light curve"),
    ("a point is lost", history("prv_candidates", lambda rows: rows[1:]), "is missing"),
    ("a point is doubled", history("prv_candidates", lambda rows: rows + rows[:1]), "twice"),
    ("a point loses a field", history("prv_candidates", lambda rows: [
        {k: v for k, v in rows[0].items() if k != "fid"}] + rows[1:]), "prv_candidates"),
    ("an epoch is lost", history("fp_hists", lambda rows: rows[1:]), "is missing"),
    ("epochs are out of order", history("fp_hists", lambda rows: rows[1:] + rows[:1]), "not strictly ascending"),
    ("an epoch is doubled", history("fp_hists", lambda rows: rows[:1] + rows), "not strictly ascending"),
    ("an epoch is of a fainter alert", history("fp_hists", fainter), "brightest"),
    ("a young object's epochs are lost", lose_epochs, "fp_hists: missing"),
    ("an old object has epochs", invent_epochs, "not expected, the object is older"),
    ("a packet is rejected", reject, "rejected"),
]
