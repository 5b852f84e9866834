"""What letters to passengers say, in the languages Rerail writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rerail.line.model import Text

REFUSED: Final = "refused-at-border"
"""The letter to a passenger whom a control did not let across."""
REFUSED_TO_OPERATOR: Final = "refused-to-operator"
"""The same to the tour operator."""

SUBJECTS: Final[Mapping[str, Text]] = {
    "held": {
        "en": "Places held until {until}: booking {code}",
        "ru": "Места удерживаются до {until}: заказ {code}",
        "ko": "{until}까지 좌석 보류: 예약 {code}",
    },
    "confirmed": {
        "en": "Your tickets: booking {code}",
        "ru": "Ваши билеты: заказ {code}",
        "ko": "승차권 안내: 예약 {code}",
    },
    "refunded": {
        "en": "Tickets given back: booking {code}",
        "ru": "Возврат билетов: заказ {code}",
        "ko": "승차권 반환: 예약 {code}",
    },
    "suspended": {
        "en": "Your train does not run: booking {code}",
        "ru": "Ваш поезд отменён: заказ {code}",
        "ko": "열차가 운행하지 않습니다: 예약 {code}",
    },
    "too-late": {
        "en": "Paid too late, money goes back: booking {code}",
        "ru": "Оплата опоздала, деньги возвращаются: заказ {code}",
        "ko": "결제 기한이 지나 환불됩니다: 예약 {code}",
    },
    "paid-twice": {
        "en": "Paid twice, one payment goes back: booking {code}",
        "ru": "Оплачено дважды, один платёж возвращается: заказ {code}",
        "ko": "중복 결제되어 한 건이 환불됩니다: 예약 {code}",
    },
    "reseated": {
        "en": "Your place has changed: booking {code}",
        "ru": "Ваше место изменилось: заказ {code}",
        "ko": "좌석이 변경되었습니다: 예약 {code}",
    },
    "retimed": {
        "en": "The times of your train have changed: booking {code}",
        "ru": "Время вашего поезда изменилось: заказ {code}",
        "ko": "열차 시각이 변경되었습니다: 예약 {code}",
    },
    "documents-wanted": {
        "en": "Documents for the border are missing: booking {code}",
        "ru": "Укажите документы для пересечения границы: заказ {code}",
        "ko": "국경 통과에 필요한 여행 서류 정보가 없습니다: 예약 {code}",
    },
    REFUSED: {
        "en": "A journey that ended at the border: booking {code}",
        "ru": "Поездка закончилась на границе: заказ {code}",
        "ko": "국경에서 끝난 여행: 예약 {code}",
    },
    REFUSED_TO_OPERATOR: {
        "en": "One of your passengers was not let across the border: booking {code}",
        "ru": "Вашего пассажира не пропустили через границу: заказ {code}",
        "ko": "귀사의 승객이 국경을 넘지 못했습니다: 예약 {code}",
    },
}

PARAGRAPHS: Final[Mapping[str, Text]] = {
    "held": {
        "en": "Your places are held until {until} (UTC). Pay {due} at a counter before then; "
        "tell the clerk the code {code}. After that the places are free again.",
        "ru": "Места удерживаются до {until} (UTC). До этого времени оплатите {due} в кассе, назвав код {code}. "
        "Затем места снова поступят в продажу.",
        "ko": "좌석은 {until}(UTC)까지 보류됩니다. 그 전에 창구에서 코드 {code}을(를) 말씀하시고 {due}을(를) "
        "결제해 주십시오. 기한이 지나면 좌석은 다시 판매됩니다.",
    },
    "confirmed": {
        "en": "Your booking is confirmed. The tickets are attached; show the code on the telephone or on paper. "
        "The calendar entry has every time on the clock of its station.",
        "ru": "Заказ подтверждён. Билеты во вложении; код можно показать с телефона или на бумаге. "
        "В календаре каждое время указано по часам своей станции.",
        "ko": "예약이 확정되었습니다. 승차권을 첨부합니다. 코드는 휴대전화나 종이로 보여 주시면 됩니다. "
        "일정의 시각은 각 역의 시계를 따릅니다.",
    },
    "passport": {
        "en": "The train crosses a border: have your passport ready. The ticket does not hold its number.",
        "ru": "Поезд пересекает границу: приготовьте паспорт. В билете нет его номера.",
        "ko": "열차가 국경을 넘습니다. 여권을 준비해 주십시오. 승차권에는 여권 번호가 들어 있지 않습니다.",
    },
    "documents": {
        "en": "The border control needs data of each passenger's travel document beforehand. Give it by "
        "{documents_until} on the page of your booking, at the link below; the page says who asks for what, why, and "
        "when it is erased. Please do not send any of it by e-mail.",
        "ru": "Пограничному контролю заранее нужны данные загранпаспорта или иного документа каждого пассажира. "
        "Укажите их до {documents_until} на странице заказа по ссылке ниже; там сказано, кто и зачем их запрашивает "
        "и когда они будут удалены. Пожалуйста, не присылайте эти данные по почте.",
        "ko": "국경 검사를 위해 승객마다 여권 등 여행 서류의 정보를 미리 알려 주셔야 합니다. {documents_until}까지 "
        "아래 링크의 예약 페이지에서 입력해 주십시오. 누가 무엇을 왜 요청하는지, 언제 삭제되는지도 그 페이지에 나와 "
        "있습니다. 이 정보는 이메일로 보내지 마십시오.",
    },
    "documents-wanted": {
        "en": "Data of travel documents is still missing for your journey over the border. Give it by "
        "{documents_until} on the page of your booking, at the link below. Afterwards the lists for the border "
        "control are closed, and only a counter can add to them. Please do not send any of it by e-mail.",
        "ru": "Для вашей поездки через границу указаны ещё не все данные документов. Укажите их до {documents_until} "
        "на странице заказа по ссылке ниже. Затем списки для пограничного контроля закрываются, и дополнить их можно "
        "только через кассу. Пожалуйста, не присылайте эти данные по почте.",
        "ko": "국경을 넘는 여행에 필요한 여행 서류 정보가 아직 모두 입력되지 않았습니다. {documents_until}까지 아래 "
        "링크의 예약 페이지에서 입력해 주십시오. 그 뒤에는 국경 검사용 명단이 마감되어 창구를 통해서만 추가할 수 "
        "있습니다. 이 정보는 이메일로 보내지 마십시오.",
    },
    "refunded": {
        "en": "You gave tickets back. {back} come back to you the way you paid.",
        "ru": "Вы вернули билеты. Вам возвращается {back} тем же способом, которым вы платили.",
        "ko": "승차권을 반환하셨습니다. {back}이(가) 결제하신 방법으로 환불됩니다.",
    },
    "suspended": {
        "en": "A train of your booking does not run. {back} are given back to you in full, the way you paid; "
        "at a counter you are paid on showing the code {code}.",
        "ru": "Поезд по вашему заказу не пойдёт. Вам полностью возвращается {back} тем же способом, которым вы "
        "платили; в кассе деньги выдадут по коду {code}.",
        "ko": "예약하신 열차가 운행하지 않습니다. {back} 전액이 결제하신 방법으로 환불됩니다. "
        "창구에서 결제하셨다면 코드 {code}을(를) 제시하고 돌려받으십시오.",
    },
    "released": {
        "en": "Places that were held for you on it are let go; nothing is owed for them.",
        "ru": "Удерживавшиеся для вас места освобождены; платить за них не нужно.",
        "ko": "보류되었던 좌석은 해제되었으며 지불하실 금액은 없습니다.",
    },
    "rebook": {
        "en": "If you would rather travel on another day: until {until} you can take another departure at the price "
        "you paid, at the link below.",
        "ru": "Если вы хотите поехать в другой день: до {until} по ссылке ниже можно выбрать другой рейс по "
        "уплаченной цене.",
        "ko": "다른 날에 여행하시려면 {until}까지 아래 링크에서 지불하신 가격으로 다른 열차를 선택하실 수 있습니다.",
    },
    "too-late": {
        "en": "Your payment came when the places were no longer held, or the train no longer ran. "
        "Nothing was booked, and {back} go back to you the way you paid.",
        "ru": "Оплата поступила, когда места уже не удерживались или поезд был отменён. "
        "Билеты не оформлены, {back} возвращается тем же способом, которым вы платили.",
        "ko": "결제가 도착했을 때 좌석 보류가 끝났거나 열차가 운행하지 않게 되었습니다. "
        "예약은 이루어지지 않았으며 {back}이(가) 결제하신 방법으로 환불됩니다.",
    },
    "paid-twice": {
        "en": "Your booking {code} was paid already when another payment for it came. The booking stands and its "
        "tickets are good; {back} go back to you the way you paid them.",
        "ru": "Заказ {code} уже был оплачен, когда поступил ещё один платёж. Заказ и билеты остаются в силе, "
        "{back} возвращается тем же способом, которым вы платили.",
        "ko": "예약 {code}은(는) 이미 결제된 상태에서 다시 결제되었습니다. 예약과 승차권은 그대로 유효하며 "
        "{back}이(가) 결제하신 방법으로 환불됩니다.",
    },
    "reseated": {
        "en": "The train's coaches have changed, and with them your place. The new ticket is attached; the old one "
        "is good for the train, but not for the old place.",
        "ru": "Состав поезда изменился, а с ним и ваше место. Новый билет во вложении; старый действителен для "
        "проезда, но не для прежнего места.",
        "ko": "열차 편성이 바뀌어 좌석이 변경되었습니다. 새 승차권을 첨부합니다. 이전 승차권으로도 승차할 수 있으나 "
        "이전 좌석은 사용할 수 없습니다.",
    },
    "unseated": {
        "en": "The train's coaches have changed, and there is no place left for you on it. You can give the ticket "
        "back or choose another departure; ask a counter.",
        "ru": "Состав поезда изменился, и места для вас в нём не осталось. Билет можно вернуть или выбрать другой "
        "рейс; обратитесь в кассу.",
        "ko": "열차 편성이 바뀌어 남은 좌석이 없습니다. 승차권을 반환하거나 다른 열차를 선택하실 수 있습니다. "
        "창구에 문의해 주십시오.",
    },
    "retimed": {
        "en": "A new timetable moves a train of your booking. These are the times that hold now:",
        "ru": "По новому расписанию время поезда в вашем заказе изменилось. Теперь действует следующее время:",
        "ko": "새 시각표에 따라 예약하신 열차의 시각이 변경되었습니다. 이제 다음 시각이 적용됩니다:",
    },
    "retimed-far": {
        "en": "It is moved by more than an hour: if that does not suit you, you can give the ticket back and get "
        "everything you paid for it, until the train leaves.",
        "ru": "Изменение составляет более часа: если новое время вам не подходит, до отправления поезда билет можно "
        "вернуть и получить всё уплаченное за него.",
        "ko": "한 시간 넘게 변경되었습니다. 새 시각이 맞지 않으시면 열차가 출발하기 전까지 승차권을 반환하고 "
        "지불하신 금액 전액을 돌려받으실 수 있습니다.",
    },
    REFUSED: {
        "en": "The passenger of ticket {ticket} did not travel on from the border. The place is free from there on, "
        "and the ticket is good for no further part of the way. The booking's trains:",
        "ru": "Пассажир с билетом {ticket} не поехал дальше от границы. Место оттуда освобождено, на дальнейший путь "
        "билет не действует. Поезда этого заказа:",
        "ko": "승차권 {ticket}의 승객은 국경에서 더 여행하지 않았습니다. 그곳부터 좌석이 해제되었으며 승차권은 이후 "
        "구간에 사용할 수 없습니다. 이 예약의 열차:",
    },
    REFUSED_TO_OPERATOR: {
        "en": "The passenger of ticket {ticket}, who is on your list, did not travel on from the border. The place is "
        "free from there on. The passenger has been told if we have an address. The booking's trains:",
        "ru": "Пассажир с билетом {ticket} из вашего списка не поехал дальше от границы. Место оттуда освобождено. "
        "Пассажиру сообщено, если его адрес известен. Поезда этого заказа:",
        "ko": "귀사 명단에 있는 승차권 {ticket}의 승객은 국경에서 더 여행하지 않았습니다. 그곳부터 좌석이 "
        "해제되었습니다. 주소가 있는 경우 승객에게도 알렸습니다. 이 예약의 열차:",
    },
    "refused-back": {
        "en": "{back} come back for this ticket, the way it was paid.",
        "ru": "За этот билет возвращается {back} тем же способом, которым он был оплачен.",
        "ko": "이 승차권에 대해 {back}이(가) 결제하신 방법으로 환불됩니다.",
    },
    "refused-nothing": {
        "en": "By the rules of the fare nothing comes back for this ticket.",
        "ru": "По правилам тарифа за этот билет ничего не возвращается.",
        "ko": "운임 규정에 따라 이 승차권은 환불되지 않습니다.",
    },
    "refused-later": {
        "en": "The same passenger's tickets for later trains stay good. Until each train leaves, a ticket that is not "
        "needed can be given back, and everything paid for it comes back.",
        "ru": "Билеты этого пассажира на следующие поезда остаются в силе. Ненужный билет можно вернуть до "
        "отправления поезда, и всё уплаченное за него возвращается.",
        "ko": "같은 승객의 이후 열차 승차권은 그대로 유효합니다. 필요 없는 승차권은 열차가 출발하기 전까지 반환하실 수 "
        "있으며 지불하신 금액 전액이 환불됩니다.",
    },
    "refused-later-part": {
        "en": "The same passenger's tickets for later trains stay good. Until each train leaves, a ticket that is not "
        "needed can be given back, and {percent} % of its fare come back.",
        "ru": "Билеты этого пассажира на следующие поезда остаются в силе. Ненужный билет можно вернуть до "
        "отправления поезда, и возвращается {percent} % его стоимости.",
        "ko": "같은 승객의 이후 열차 승차권은 그대로 유효합니다. 필요 없는 승차권은 열차가 출발하기 전까지 반환하실 수 "
        "있으며 운임의 {percent} %가 환불됩니다.",
    },
    "page": {
        "en": "Your booking: {link}",
        "ru": "Ваш заказ: {link}",
        "ko": "예약 확인: {link}",
    },
    "demo": {
        "en": "Demonstration: nothing was sold, and the ticket is good for no train.",
        "ru": "Демонстрация: ничего не продано, по этому билету ехать нельзя.",
        "ko": "시연용입니다. 실제로 판매된 것이 없으며 이 승차권으로는 승차할 수 없습니다.",
    },
    "illustrative": {
        "en": "Prices are illustrative, not the railways' own.",
        "ru": "Цены условные, это не тарифы железных дорог.",
        "ko": "가격은 예시이며 철도의 실제 운임이 아닙니다.",
    },
}

ON_A_CLOCK: Final[Text] = {
    "en": "{time} by the clock of {station}",
    "ru": "{time} (по часам станции {station})",
    "ko": "{time}({station}역 시각)",
}

LEG: Final[Text] = {
    "en": "{day}: {board} {leaves} – {alight} {arrives} (each on its station's clock)",
    "ru": "{day}: {board} {leaves} – {alight} {arrives} (время местное для каждой станции)",
    "ko": "{day}: {board} {leaves} – {alight} {arrives} (각 역의 현지 시각)",
}
