"""What proves the right to travel: a signed barcode, the PDF, the calendar entry, and the check of them."""
