"""The same reading, typing and key checks on an existing Spark.

Spark cuts the work into shares and runs the SQL; what happens to a row is the code of the other
rooms, run in its Python workers. Workers see the profile's folder under the same path.
"""
