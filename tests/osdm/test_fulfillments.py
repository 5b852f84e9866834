"""Tickets: the signed barcode, and the PDF that is made when it is fetched."""

from __future__ import annotations

import base64
import io
from urllib.parse import urlsplit

import zxingcpp
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from sale.shop import Shop

from osdm.retailer import Retailer
from osdm.selling import booked, bought
from rerail.ticket import tables as ticket_tables
from rerail.ticket.barcode import decoded


def barcode(fulfillment: dict[str, list[dict[str, list[dict[str, str]]]]]) -> bytes:
    (part,) = fulfillment["fulfillmentParts"]
    (feature,) = part["securityFeatures"]
    return base64.b64decode(feature["data"])


def test_the_barcode_is_signed_once_by_a_published_key(retailer: Retailer, shop: Shop) -> None:
    booking = bought(retailer, 2)
    first, second = booking["fulfillments"]
    assert barcode(retailer.get(f"/fulfillments/{first['id']}")["fulfillment"]) == barcode(first) != barcode(second)
    said = decoded(barcode(first))
    assert (said.booking, said.reference, said.family_name) == (booking["id"], first["id"], "Kim")
    with shop.store.read() as connection:
        keys = {(one.issuer, one.key_id): one for one in ticket_tables.published(connection)}
    assert keys[said.provider, said.key_id].verifies(said.signature, said.signed)


def test_the_pdf_is_fetched_by_its_link_and_carries_the_same_barcode(retailer: Retailer) -> None:
    booking = bought(retailer)
    (document,) = booking["fulfillmentDocuments"]
    assert (document["medium"], document["format"]) == ("PDF_A4", "application/pdf")
    assert booking["fulfillments"][0]["fulfillmentDocumentRefs"] == [document["id"]]
    path = urlsplit(document["downloadLink"]).path
    answer = retailer.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert booking["id"] in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    picture = PdfDocument(answer.content)[0].render(scale=4).to_pil()
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.bytes == barcode(booking["fulfillments"][0])
    wrong = path[:-5] + ("0" if path[-5] != "0" else "1") + ".pdf"
    assert retailer.http.get(wrong).status_code == 404


def test_there_is_no_ticket_before_it_is_confirmed(retailer: Retailer) -> None:
    booking = booked(retailer)
    assert "fulfillments" not in booking
    retailer.get(f"/fulfillments/{booking['id']}-1", status=404)
    retailer.get("/fulfillments/nothing", status=404)
