"""The 94 operations of OSDM 3.9: what routes, answers 501, the OpenAPI document and the manual's table derive from.

Whether one is done is not said here but by the module that does it (`rerail.web.osdm.routes.DONE`).
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from rerail.people.clients import Scope

Method = Literal["GET", "POST", "PATCH", "DELETE"]


class Operation(Struct, frozen=True, kw_only=True):
    """An operation of the specification."""

    id: str
    """Its `operationId`."""
    method: Method
    path: str
    scope: Scope
    """What a token must be good for."""
    absent: str = "Not built yet."
    """Why it answers 501, where no module does it."""


def _operation(method: Method, path: str, id_: str, scope: Scope, absent: str = "Not built yet.") -> Operation:
    return Operation(id=id_, method=method, path=path, scope=scope, absent=absent)


_NO_USAGE: Final = "No service is sold that is used over time and paid for afterwards."
_ONE_PART: Final = "A place is sold with its ticket and nothing beside them: no part of an offer is added or removed."
_NO_ANCILLARY: Final = "Deprecated form, and no ancillary is sold."
_DECK_LAYOUTS: Final = "Deprecated form; use the coach deck layouts."
_NO_COMPLAINTS: Final = (
    "No rule of the line compensates for delays, so there is nothing to decide; what does not run comes back by itself."
)
_NO_DOCUMENTS: Final = "No documents beside the tickets."
_BY_REFUND: Final = "A ticket that was not used comes back by a refund with an overrule code."

OPERATIONS: Final = (
    _operation("GET", "/versions", "getVersions", "timetable"),
    _operation("GET", "/places", "getPlaces", "timetable"),
    _operation("POST", "/places", "postPlaces", "timetable"),
    _operation("GET", "/places/{placeId}", "getPlacesId", "timetable"),
    _operation("POST", "/trips-collection", "postTrips", "timetable"),
    _operation("GET", "/trips-collections/{tripsCollectionId}", "getTripsCollectionId", "timetable"),
    _operation(
        "POST",
        "/trips",
        "postTripsChange",
        "timetable",
        "Nobody re-plans a trip yet: trains here follow one another by the timetable alone.",
    ),
    _operation("GET", "/trips/{tripId}", "getTripsId", "timetable"),
    _operation("POST", "/offers", "createOffers", "sale"),
    _operation(
        "GET",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/additional-offers",
        "getBookingBookedOffersAdditionalOffers",
        "sale",
        "Nothing is sold beside tickets with their places.",
    ),
    _operation("POST", "/bookings/{bookingId}/on-hold-offer", "createOnHoldOffer", "sale"),
    _operation("POST", "/offer-overview-route", "getOfferOverviewRoute", "sale"),
    _operation("POST", "/offer-overview-trip", "getOfferOverviewTrip", "sale"),
    _operation("PATCH", "/bookings/{bookingId}/on-hold-offer/{onHoldOfferId}", "confirmOnHoldOffer", "sale"),
    _operation("DELETE", "/bookings/{bookingId}/on-hold-offer/{onHoldOfferId}", "deleteOnHoldOffer", "sale"),
    _operation("GET", "/bookings/{bookingId}/passengers/{passengerId}", "getBookingPassengersId", "sale"),
    _operation("PATCH", "/bookings/{bookingId}/passengers/{passengerId}", "patchBookingPassenger", "sale"),
    _operation("GET", "/bookings/{bookingId}/passengers", "getBookingPassengers", "sale"),
    _operation("PATCH", "/bookings/{bookingId}/passengers", "patchBookingPassengers", "sale"),
    _operation("GET", "/bookings/{bookingId}/purchaser", "getBookingPurchaser", "sale"),
    _operation("PATCH", "/bookings/{bookingId}/purchaser", "patchBookingPurchaser", "sale"),
    _operation("POST", "/bookings/{bookingId}/purchaser", "postBookingPurchaser", "sale"),
    _operation("POST", "/bookings/{bookingId}/booked-offers", "postBookingBookedOffers", "sale"),
    _operation("GET", "/bookings/{bookingId}/booked-offers/{bookedOfferId}", "getBookingBookedOffersId", "sale"),
    _operation("DELETE", "/bookings/{bookingId}/booked-offers/{bookedOfferId}", "deleteBookingBookedOffersId", "sale"),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/passengers/{passengerId}",
        "deleteBookingBookedOffersIdPassengerId",
        "sale",
    ),
    _operation(
        "POST",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/offer-parts",
        "createBookingBookedOffersParts",
        "sale",
        _ONE_PART,
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/offer-parts",
        "deleteBookingBookedOffersParts",
        "sale",
        _ONE_PART,
    ),
    _operation(
        "POST",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/reservations",
        "createBookingBookedOffersReservations",
        "sale",
        _ONE_PART,
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/reservations/{reservationId}",
        "deleteBookingBookedOffersReservations",
        "sale",
        _ONE_PART,
    ),
    _operation(
        "POST",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/ancillaries",
        "createBookingBookedOffersAncillaries",
        "sale",
        _NO_ANCILLARY,
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/ancillaries/{ancillaryId}",
        "deleteBookingBookedOffersAncillary",
        "sale",
        _NO_ANCILLARY,
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/booked-offers/{bookedOfferId}/admissions/{admissionId}",
        "deleteBookingBookedOffersAdmission",
        "sale",
        "A ticket and its place are one part: remove the passenger or the offer.",
    ),
    _operation("POST", "/bookings", "postBookings", "sale"),
    _operation("GET", "/bookings/{bookingId}", "getBookingsId", "sale"),
    _operation("PATCH", "/bookings/{bookingId}", "updateBooking", "sale"),
    _operation("DELETE", "/bookings/{bookingId}", "deleteBookingsId", "sale"),
    _operation("POST", "/bookings/{bookingId}/cleanup", "postBookingCleanup", "after-sale"),
    _operation(
        "GET",
        "/bookings/{bookingId}/history",
        "getBookingsIdHistory",
        "sale",
        "A history has no word for booking, holding and letting go; read the booking, and subscribe to events.",
    ),
    _operation("POST", "/bookings-search", "searchBookings", "sale"),
    _operation(
        "POST",
        "/bookings/{bookingId}/split",
        "splitBookings",
        "after-sale",
        "Tickets, places and postings bear the code of the booking they were sold in, and stay there: make a booking "
        "for those who are to have one of their own.",
    ),
    _operation("POST", "/bookings/{bookingId}/fulfillments", "postFulfillments", "sale"),
    _operation("PATCH", "/bookings/{bookingId}/fulfillments", "finalizeFulfillments", "sale"),
    _operation("GET", "/bookings/{bookingId}/fulfillment-check", "getCheckFulfillments", "sale"),
    _operation("GET", "/fulfillments/{fulfillmentId}", "getFulfillmentId", "sale"),
    _operation("PATCH", "/fulfillments/{fulfillmentId}", "patchFulfillmentId", "sale"),
    _operation(
        "GET",
        "/fulfillments/{fulfillmentId}/continuous-service-usage/{continuousServiceUsageId}",
        "getContinuousServiceUsageId",
        "sale",
        _NO_USAGE,
    ),
    _operation(
        "PATCH",
        "/fulfillments/{fulfillmentId}/continuous-service-usage/{continuousServiceUsageId}",
        "patchContinuousServiceUsageId",
        "sale",
        _NO_USAGE,
    ),
    _operation("POST", "/bookings/{bookingId}/refund-offers", "postRefundOffers", "after-sale"),
    _operation(
        "GET",
        "/bookings/{bookingId}/refund-offers/{refundOfferId}/confirmation-check",
        "postPrepareRefundOffers",
        "after-sale",
    ),
    _operation("GET", "/bookings/{bookingId}/refund-offers/{refundOfferId}", "getRefundOffers", "after-sale"),
    _operation("PATCH", "/bookings/{bookingId}/refund-offers/{refundOfferId}", "patchRefundOffers", "after-sale"),
    _operation("DELETE", "/bookings/{bookingId}/refund-offers/{refundOfferId}", "deleteRefundOffers", "after-sale"),
    _operation("POST", "/bookings/{bookingId}/release-offers", "postReleaseOffers", "after-sale"),
    _operation("GET", "/bookings/{bookingId}/release-offers/{releaseOfferId}", "getReleaseOffer", "after-sale"),
    _operation("PATCH", "/bookings/{bookingId}/release-offers/{releaseOfferId}", "patchReleaseOffers", "after-sale"),
    _operation("DELETE", "/bookings/{bookingId}/release-offers/{releaseOfferId}", "deleteReleaseOffers", "after-sale"),
    _operation(
        "POST", "/bookings/{bookingId}/cancel-fulfillments-offers", "postCancelFulfillmentsOffers", "after-sale"
    ),
    _operation(
        "GET",
        "/bookings/{bookingId}/cancel-fulfillments-offers/{cancelFulfillmentsOfferId}",
        "getCancelFulfillmentOffers",
        "after-sale",
    ),
    _operation(
        "PATCH",
        "/bookings/{bookingId}/cancel-fulfillments-offers/{cancelFulfillmentsOfferId}",
        "patchCancelFulfillmentsOffers",
        "after-sale",
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/cancel-fulfillments-offers/{cancelFulfillmentsOfferId}",
        "deleteCancelFulfillmentOffers",
        "after-sale",
    ),
    _operation("POST", "/bookings/{bookingId}/exchange-offers", "createExchangeOffersCollection", "after-sale"),
    _operation("POST", "/bookings/{bookingId}/exchange-operations", "createBookingsExchangeOperations", "after-sale"),
    _operation(
        "GET",
        "/bookings/{bookingId}/exchange-operations/{exchangeOperationId}",
        "getBookingsExchangeOperations",
        "after-sale",
    ),
    _operation(
        "PATCH",
        "/bookings/{bookingId}/exchange-operations/{exchangeOperationId}",
        "updateBookingsExchangeOperations",
        "after-sale",
    ),
    _operation(
        "DELETE",
        "/bookings/{bookingId}/exchange-operations/{exchangeOperationId}",
        "deleteBookingsExchangeOperation",
        "after-sale",
    ),
    _operation("POST", "/complaints", "createComplaint", "after-sale", _NO_COMPLAINTS),
    _operation("GET", "/complaints/{complaintId}", "getComplaint", "after-sale", _NO_COMPLAINTS),
    _operation("PATCH", "/complaints/{complaintId}", "patchComplaint", "after-sale", _NO_COMPLAINTS),
    _operation("GET", "/coach-deck-layouts", "getCoachDeckLayouts", "timetable"),
    _operation("GET", "/coach-deck-layouts/{layoutId}", "getCoachDeckLayout", "timetable"),
    _operation("GET", "/coach-layouts", "getCoachLayouts", "timetable", _DECK_LAYOUTS),
    _operation("GET", "/coach-layouts/{layoutId}", "getCoachLayoutsLayoutId", "timetable", _DECK_LAYOUTS),
    _operation("GET", "/passenger-categories", "getPassengerCategories", "timetable"),
    _operation("GET", "/promotion-codes", "getPromotionCodes", "timetable"),
    _operation("GET", "/reduction-cards", "getReductionCards", "timetable"),
    _operation("GET", "/zones", "getZones", "timetable"),
    _operation("POST", "/bookings/{bookingId}/documents", "createDocuments", "sale", _NO_DOCUMENTS),
    _operation("GET", "/bookings/{bookingId}/documents/{documentId}", "getDocument", "sale", _NO_DOCUMENTS),
    _operation(
        "DELETE", "/bookings/{bookingId}/documents/{documentId}", "deleteBookingsDocumentsId", "sale", _NO_DOCUMENTS
    ),
    _operation("POST", "/bookings/{bookingId}/reimbursements", "createReimbursement", "after-sale", _BY_REFUND),
    _operation(
        "GET", "/bookings/{bookingId}/reimbursements/{reimbursementId}", "getReimbursement", "after-sale", _BY_REFUND
    ),
    _operation(
        "PATCH",
        "/bookings/{bookingId}/reimbursements/{reimbursementId}",
        "updateReimbursement",
        "after-sale",
        _BY_REFUND,
    ),
    _operation(
        "GET", "/travel-accounts", "getTravelAccounts", "sale", "No passenger has an account that tickets are drawn on."
    ),
    _operation("POST", "/availabilities/vehicle-place-map", "getAvailabilitiesVehiclePlaceMap", "sale"),
    _operation("GET", "/availabilities/place-map", "getAvailabilitiesPlaceMap", "sale"),
    _operation("POST", "/availabilities/place-map", "getAvailabilitiesPlaceMaps", "sale"),
    _operation("GET", "/availabilities/nearby", "getAvailabilitiesNearby", "sale"),
    _operation("GET", "/availabilities/preferences", "getAvailabilitiesPreferences", "sale"),
    _operation("POST", "/availabilities/on-demand-services", "getAvailabilitiesContinuousServices", "sale", _NO_USAGE),
    _operation("GET", "/products", "getProducts", "timetable"),
    _operation("GET", "/products/{productId}", "getProductsId", "timetable"),
    _operation(
        "GET",
        "/product-tags",
        "getProductTags",
        "timetable",
        "Products carry no tags, and the specification has no answer that names none.",
    ),
    _operation("POST", "/products-search", "searchProducts", "timetable"),
)
