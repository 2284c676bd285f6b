"""The guard: data meets the contract before it is used.

``wire`` is the format of messages on their way, ``gate`` the guard itself, ``versions`` where it finds the schema of an
id; ``inputs`` reads files of records, ``validation`` judges them and ``splitting`` parts the good from the bad.
"""
