"""What `doctor` reports."""

from bnacct.views.terms import Section, View, columns

DOCTOR = View("doctor", sections=(Section("checks", columns("check status detail hint", "text")),))
