"""Prints as JSON the names of metrics in the operator's documents: operations_files.py ROOT [URL...]

`guide`: rows of the table in docs/operations.md; `rules` and `dashboard`: in the expressions of the Prometheus rules and
of the Grafana dashboard; `alerts`: the names of the rules; `explained`: those of the guide; `shown`: the families that
the URLs show.
"""

import json
import re
import sys

import requests
import yaml

root, *urls = sys.argv[1:]
# PromQL: functions and aggregations stand before a bracket or `by`, keywords are a closed list; the rest names a metric.
KEYWORDS = {"by", "without", "and", "or", "unless", "on", "ignoring", "offset", "bool", "group_left", "group_right"}


def names(expression):
    text = re.sub(r'"[^"]*"', '""', expression)
    text = re.sub(r"\b(by|without|on|ignoring)\s*\([^)]*\)", " ", text)  # names of labels
    text = re.sub(r"\{[^}]*\}", " ", text)
    text = re.sub(r"\[[^\]]*\]", " ", text)
    found = re.findall(r"\b([a-zA-Z_][a-zA-Z0-9_]*)\b(?!\s*\()", text)
    return {each for each in found if each not in KEYWORDS and not re.fullmatch(r"e\d+", each)}


def family(name):
    return re.sub(r"_(bucket|sum|count)$", "", name)


def expressions(value):
    if isinstance(value, dict):
        for key, each in value.items():
            yield from [each] if key == "expr" else expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from expressions(each)


with open(root + "/docs/operations.md") as file:
    text = file.read()
section = text.split("\n## Metrics\n")[1].split("\n## ")[0]
guide = re.findall(r"^\| `([a-z_]+)(?:\{[a-z_,]+\})?` \|", section, re.M)
with open(root + "/deploy/prometheus/skipper.rules.yaml") as file:
    rules = yaml.safe_load(file)
with open(root + "/deploy/prometheus/prometheus.yaml") as file:
    assert yaml.safe_load(file)["rule_files"] == ["skipper.rules.yaml"]
with open(root + "/deploy/grafana/skipper.json") as file:
    dashboard = json.load(file)
assert all(panel["targets"] for panel in dashboard["panels"])
shown = {}
for url in urls:
    text_of = requests.get(url + "/metrics", timeout=60)
    text_of.raise_for_status()
    shown[url] = sorted(re.findall(r"^# TYPE (\S+) ", text_of.text, re.M))
print(json.dumps({
    "guide": guide,
    "rules": sorted({family(name) for each in expressions(rules) for name in names(each)}),
    "dashboard": sorted({family(name) for each in expressions(dashboard) for name in names(each)}),
    "alerts": [rule["alert"] for group in rules["groups"] for rule in group["rules"]],
    "explained": re.findall(r"^\| `(Skipper[A-Za-z]+)` \|", text, re.M),
    "shown": shown,
}))
