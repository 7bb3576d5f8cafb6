"""What goes wrong while alerts are ingested. Each scenario returns when everything has been ingested all the same."""

import time

OUTAGE = 20  # seconds


def crash(stage, kills):
    """The ingester is killed again and again while it works."""
    ingester = stage.ingester("ingester")
    ingester.start()
    last = 0.0
    for kill in range(1, kills + 1):
        before = stage.stored() or 0
        # Only alerts stored by this process show that it is past joining the group and repeating.
        stage.wait_until(lambda: (stage.stored() or 0) > before, "the ingester works", [ingester])
        resumed = time.monotonic() - last if last else 0.0
        stage.wait_for_share(kill / (kills + 2), [ingester])
        ingester.kill()
        stage.must_be_unfinished()
        stage.say(f"kill {kill} of {kills}" + (f" (had stored again {resumed:.1f} s after the last)" if last else ""))
        last = time.monotonic()
        ingester.start(*(["--until-caught-up"] if kill == kills else []))
    ingester_ends(stage, ingester)


def database(stage, kills):
    """mongod goes away, in order and by force; the same ingester must live through it."""
    ingester = stage.ingester("ingester")
    ingester.start()
    outage(stage, ingester, "mongod", "stop", 1 / 5)
    outage(stage, ingester, "mongod", "kill9", 2 / 5)
    reboot(stage, ingester, "mongod", 3 / 5)
    stage.wait_until_done([ingester])
    stage.say("all ingested; SIGTERM")
    ingester.stop()


def broker(stage, kills):
    """Kafka goes away, in order and by force; the same ingester must live through it, and find the end."""
    ingester = stage.ingester("ingester")
    ingester.start("--until-caught-up")
    outage(stage, ingester, "kafka", "stop", 1 / 5)
    outage(stage, ingester, "kafka", "kill9", 2 / 5, seconds=0)
    reboot(stage, ingester, "kafka", 3 / 5, "--until-caught-up")
    ingester_ends(stage, ingester)


def two(stage, kills):
    """Two ingesters of one group; one and the other leave it without a word, and in order."""
    # Small batches: more of them to be interrupted, and enough left for one when the other is away.
    stage.settings["SKIPPER_KAFKA__BATCH_MESSAGES"] = "25"
    first, second = stage.ingester("first"), stage.ingester("second")
    both = [first, second]
    for each in both:
        each.start()
    events = [(first, "stop"), (second, "kill"), (second, "kill"), (first, "kill"), (second, "stop"), (second, "kill"),
              (first, "stop"), (second, "kill")]
    for ingester, event in events:
        batches = stage.random.randint(1, 30)
        stage.wait_until(lambda: len(ingester.batches()) >= batches, f"the {ingester.name} ingester works", both)
        stage.wait_at_random()
        start = time.monotonic()
        getattr(ingester, event)()
        took = time.monotonic() - start
        stage.must_be_unfinished()
        how = "killed" if event == "kill" else f"stopped by SIGTERM in {took:.1f} s"
        stage.say(f"{ingester.name} ingester {how}")
        ingester.start()
    stage.wait_until_done(both)
    stage.say("all ingested; SIGTERM to both")
    for each in both:
        each.stop()


def peace(stage, kills):
    """Nothing goes wrong."""
    ingester = stage.ingester("ingester")
    ingester.start("--until-caught-up")
    ingester_ends(stage, ingester)


def outage(stage, ingester, component, verb, share, seconds=OUTAGE):
    """Takes a server away when a share of the alerts is stored, and brings it back."""
    stage.wait_for_share(share, [ingester])
    stage.say(f"{component} is {'stopped' if verb == 'stop' else 'killed'}")
    stage.services(verb, component)
    bring_back(stage, ingester, component, seconds)


def reboot(stage, ingester, component, share, *arguments):
    """Kills ingester and server as a power failure does; the ingester is the first to come back."""
    stage.wait_for_share(share, [ingester])
    stage.say(f"{component} and the ingester are killed; the ingester comes back first")
    stage.services("kill9", component)
    ingester.kill()
    ingester.start(*arguments)
    bring_back(stage, ingester, component, OUTAGE)


def bring_back(stage, ingester, component, seconds):
    """Starts a server again after a time, and waits until alerts are stored again."""
    away = time.monotonic()
    while time.monotonic() - away < seconds:
        time.sleep(0.1)
        ingester.check()
    stage.services("start", component)
    back = time.monotonic()
    stage.must_be_unfinished()
    before = stage.stored() or 0
    stage.say(f"{component} is back after {back - away:.1f} s")
    stage.wait_until(lambda: (stage.stored() or 0) > before, "alerts are stored again", [ingester])
    stage.say(f"alerts are stored again {time.monotonic() - back:.1f} s later")


def ingester_ends(stage, ingester):
    """Waits until an ingester that was started with --until-caught-up has caught up."""
    stage.wait_until(lambda: not ingester.is_running(), "the ingester has caught up", [])
    ingester.wait(0)
    stage.say("the ingester has caught up")
