"""The one way into anonymeter: typed, aligned and seeded on the way in, counted on the way out.

As shipped, anonymeter 1.1 cannot be trusted by a gate. Each of its traps has a test in
``tests/risk/test_anonymeter_*.py`` that shows it on the bare library and its absence through here.

* ``encoding`` and ``frames`` turn the three frames into numbers, so that no text, date or missing
  value reaches the library;
* ``guard`` seeds the generators it cannot be given, and turns its warnings into reason codes;
* ``neighbours`` finds nearest records with their ties, without compiling anything;
* ``predicates`` and ``singling_out``, ``linkability``, ``judge`` and ``inference`` run the attacks
  and give an ``outcome``;
* ``attacker`` turns an outcome into a finding.

Everything takes plain frames (pandas, polars or Arrow), so that it can be used and tested alone.
"""
