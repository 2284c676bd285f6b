"""A local AWS Glue Schema Registry: a pure state machine, and thin faces for real clients.

``state`` holds the frozen values, ``calls`` one function a call, ``machine`` joins them; nothing of it does I/O.
``service`` adds the lock, the clock, fresh ids and the state file; ``protocol`` and ``server`` speak HTTP.
``docs/emulator.md`` lists what is documented AWS behaviour and what is assumed.
"""
