"""The modules of the official Verigator client 1.0.4, on libverigator.

Programs written for it run unchanged. For new code see the module `verigator`.
"""
