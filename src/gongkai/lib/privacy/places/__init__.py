"""Home addresses: where a person lives; an office's or a company's address is public.

No grammar of Chinese addresses: a label (住址, 家住) is read forward to the last word that locates, a
household (3栋2单元501室) is read backward to where the place's name begins. Both windows are bounded, so
the whole stays linear.
"""

from gongkai.lib.privacy.places.run import addresses

__all__ = ["addresses"]
