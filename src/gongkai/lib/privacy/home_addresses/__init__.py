"""Find home addresses; addresses of offices and companies are public.

A label (住址, 家住) is read forward to the last part of an address; a household (3栋2单元501室) is read
backward to the start of the place name. Both windows are bounded, so the search is linear.
"""

from gongkai.lib.privacy.home_addresses.run import find_home_addresses

__all__ = ["find_home_addresses"]
