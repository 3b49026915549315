"""Diagrams without a browser: BPMN XML into a scene, a scene into SVG."""

from webapp.adapters.diagrams.compose import read_scene
from webapp.adapters.diagrams.reader import DiagramError
from webapp.adapters.diagrams.svg import to_svg

__all__ = ["DiagramError", "read_scene", "to_svg"]
