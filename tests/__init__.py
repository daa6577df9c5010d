"""The portal's tests: on a real database, rolled back after each.

The zone and the network are set here because this runs before anything else of the tests does.
"""

import os
import time

from tests.network import close_network

# Italian days must come right wherever the server stands.
os.environ["TZ"] = "America/New_York"
time.tzset()
close_network()
