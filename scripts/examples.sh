# shellcheck shell=bash
# shellcheck disable=SC2016 # $lt and the like are MongoDB's
# What to ask first: `make run` runs and prints these paragraphs, one after the other, and the README shows the same.

# Log in as admin with the password that `make run` has generated.
# shellcheck disable=SC1091
source .services/run/environment
URL=http://127.0.0.1:$SKIPPER_SERVER__PORT
TOKEN=$(curl -sS "$URL/api/auth" -d '{"username": "admin", "password": "'"$SKIPPER_SERVER__ADMIN_PASSWORD"'"}' |
    sed -E 's/.*"token" *: *"([^"]+)".*/\1/')
ask() {
    curl -sS --fail-with-body "$URL/api/queries" -H "Authorization: Bearer $TOKEN" -d "$1"
}

# Which catalogues are there?
ask '{"query_type": "info", "query": {"command": "catalog_names"}}'

# How many alerts of positive subtractions are there?
ask '{"query_type": "count_documents", "query": {"catalog": "ZTF_alerts", "filter": {"candidate.isdiffpos": "t"}}}'

# One bright alert, and of it only what is asked for.
ask '{"query_type": "find_one", "query": {"catalog": "ZTF_alerts", "filter": {"candidate.magpsf": {"$lt": 19}},
    "projection": {"_id": 0, "objectId": 1, "candid": 1, "candidate.ra": 1, "candidate.dec": 1, "candidate.magpsf": 1}}}'

# The five brightest alerts.
ask '{"query_type": "aggregate", "query": {"catalog": "ZTF_alerts", "pipeline": [{"$sort": {"candidate.magpsf": 1}},
    {"$limit": 5}, {"$project": {"_id": 0, "objectId": 1, "candidate.jd": 1, "candidate.magpsf": 1}}]}}'

# The light curve of one object.
OBJECT=$(ask '{"query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {}, "projection": {"objectId": 1}},
    "kwargs": {"limit": 1}}' | sed -E 's/.*"objectId" *: *"([^"]+)".*/\1/')
ask '{"query_type": "find", "query": {"catalog": "ZTF_alerts_aux", "filter": {"_id": "'"$OBJECT"'"},
    "projection": {"prv_candidates.jd": 1, "prv_candidates.magpsf": 1}}}'

# Why does that object's last alert not pass this filter?
curl -sS --fail-with-body "$URL/api/filters/explain" -H "Authorization: Bearer $TOKEN" \
    -d '{"objectId": "'"$OBJECT"'", "pipeline": [{"$match": {"candidate.magpsf": {"$lt": 12}, "candidate.drb": {"$gt": 0.1}}}]}'
