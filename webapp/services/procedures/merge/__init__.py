"""Three states of a procedure's files brought together: the shipped base, the owner's own, the new shipped.

``offer_files`` names what the new shipped state changes and where the owner changed the same; ``merge_files``
makes the files of a draft from what is taken of it. Pure: files in, files out.
"""

from webapp.services.procedures.merge.files import merge_files, offer_files
from webapp.services.procedures.merge.units import WHOLE, FileOffer, Unit

__all__ = ["WHOLE", "FileOffer", "Unit", "merge_files", "offer_files"]
