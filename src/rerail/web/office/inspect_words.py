"""What an inspector is told by the scripts in `static/office/inspect/`: one sentence for each of their codes."""

from __future__ import annotations

from rerail.web.i18n import Words


def verdict_sentences(words: Words) -> dict[str, str]:
    """The sentences for the reasons that `inspect.js` gives; it puts values in the places of %(name)s."""
    _ = words.catalogue.gettext
    return {
        "not-a-frame": _("This is no railway ticket that can be read here."),
        "other-content": _("This barcode holds no ticket of version 3 but %(formats)s."),
        "no-journey": _("This barcode holds no journey."),
        "part-not-read": _("This ticket has a part that cannot be read here: %(part)s."),
        "no-departure": _("This ticket does not say for which departure it is."),
        "no-such-time": _("This ticket tells a time that there is not: day %(day)s of %(year)s."),
        "no-key": _(
            "It is signed with key %(key)s of %(issuer)s, which this device does not know, so it cannot be judged "
            "here. Open this page again where there is a network."
        ),
        "not-its-signature": _("The signature is not that of key %(key)s of %(issuer)s."),
        "not-when-it-signed": _("It says it was issued at %(issued)s UTC, when key %(key)s did not sign."),
        "given-back": _("%(reference)s was refunded or cancelled; it is good for no train."),
        "another-train": _("It is for %(known)s, not for %(train)s."),
        "train-not-told": _("It is for a train it does not name, not for %(train)s."),
        "another-date": _("It is for %(known)s, not for %(date)s."),
        "no-call-here": _("The train does not call at %(station)s."),
        "not-from-here": _("It is good from %(from)s to %(to)s, not from %(station)s on."),
        "ends-here": _("It is good from %(from)s to %(to)s, and ends here."),
        "not-told-here": _(
            "It is good from %(from)s to %(to)s; whether %(station)s lies between cannot be told without the line."
        ),
        "specimen": _("It is a specimen, made for a demonstration, and good for no journey."),
    }


def reader_sentences(words: Words) -> dict[str, str]:
    """The sentences for what `reader.js` throws."""
    _ = words.catalogue.gettext
    return {
        "not-loaded": _("The barcode reader is not on this device yet. Open this page once where there is a network."),
        "not-secure": _("Browsers give a page the camera only over https. Open this page by its https address."),
        "not-allowed": _("This page may not use the camera. Allow it in the browser, or take a picture of the code."),
        "no-camera": _("No camera was found. Take a picture of the code with another device and open it here."),
        "camera-in-use": _("The camera does not answer; another program may be using it. Close that, and try again."),
        "camera-gone": _("The camera was taken away. Start it again."),
        "no-picture": _("This file is no picture that this browser can show."),
    }
