"""Tests of `bnacct.worth`: hand-written answers in, one total out."""
