"""The demonstration: a believable scheme as of today, peopled by nobody who exists.

Data stands in modules of its own (`places`, `names`, `people`, `cases`, `notes`); `builder` makes
rows of it, the same from the same seed on the same day, and `loading` puts them into the database.
"""
