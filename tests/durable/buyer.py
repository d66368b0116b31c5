"""A program that submits all that is wanted, sends it itself, and waits for it."""

import os

from tests.durable.desk import WANTED, Desk

from tilldone import SubmitError, durable

if __name__ == "__main__":
    desk = Desk(int(os.environ["TILLDONE_EDENAI_BASE_URL"].rpartition(":")[2]))
    durable.configure(providers=["edenai"])
    for handle in [durable.submit(desk.wanted(each), key=each, timeout=3600) for each in WANTED]:
        try:
            handle.snapshot()
        except SubmitError as error:
            print(error)
    durable.work()
