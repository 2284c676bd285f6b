"""A local AWS Glue Schema Registry: a pure state machine, and thin faces for real clients.

``state`` holds the frozen values, ``calls`` one function a call, ``machine`` joins them; nothing of it does I/O.
``options`` says what may differ, ``faults`` which calls go wrong. ``service`` adds the clock, fresh ids and the state
file. It has two faces: ``inprocess`` for a boto3 client, and HTTP with ``protocol``, ``control`` and ``server``.
``docs/emulator.md`` lists what is documented AWS behaviour and what is assumed.
"""
