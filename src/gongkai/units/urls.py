"""Addresses of the room's pages, under /admin/units/."""

from django.urls import path

from gongkai.units.views import bodies, confirmations, groups, people

app_name = "units"
urlpatterns = [
    path("", bodies.bodies, name="bodies"),
    path("names/", bodies.names, name="names"),
    path("export.<str:kind>", bodies.export, name="export"),
    path("<int:pk>/", bodies.body, name="body"),
    path("<int:pk>/new/", bodies.CREATE, name="create"),
    path("<int:pk>/edit/", bodies.EDIT, name="edit"),
    path("<int:pk>/rename/", bodies.RENAME, name="rename"),
    path("<int:pk>/move/", bodies.MOVE, name="move"),
    path("<int:pk>/merge/", bodies.MERGE, name="merge"),
    path("<int:pk>/close/", bodies.CLOSE, name="close"),
    path("<int:pk>/restore/", bodies.RESTORE, name="restore"),
    path("<int:pk>/alias/", bodies.ADD_ALIAS, name="add_alias"),
    path("aliases/<int:pk>/remove/", bodies.remove_alias, name="remove_alias"),
    path("<int:pk>/office/", bodies.ADD_OFFICE, name="add_office"),
    path("offices/<int:pk>/edit/", bodies.EDIT_OFFICE, name="edit_office"),
    path("offices/<int:pk>/close/", bodies.CLOSE_OFFICE, name="close_office"),
    path("<int:pk>/appoint/", people.APPOINT, name="appoint"),
    path("groups/", groups.groups, name="groups"),
    path("<int:pk>/groups/new/", groups.CREATE, name="create_group"),
    path("groups/<int:pk>/edit/", groups.EDIT, name="edit_group"),
    path("groups/<int:pk>/remove/", groups.REMOVE, name="remove_group"),
    path("people/", people.people, name="people"),
    path("people/new/", people.ADD, name="add_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.EDIT, name="person_edit"),
    path("people/<int:pk>/contact/", people.CONTACT, name="person_contact"),
    path("people/<int:pk>/login/", people.LOGIN, name="person_login"),
    path("people/<int:pk>/password/", people.RESET, name="person_password"),
    path("people/<int:pk>/leave/", people.LEAVE, name="person_leave"),
    path("people/<int:pk>/hand-over/", people.HAND_OVER, name="person_hand_over"),
    path("people/<int:pk>/where/", people.where, name="where"),
    path("appointments/<int:pk>/end/", people.END, name="end_appointment"),
    path("appointments/<int:pk>/cover/", people.COVER, name="cover"),
    path("confirmations/", confirmations.confirmations, name="confirmations"),
    path("people/<int:pk>/confirm/", confirmations.CONFIRM_PERSON, name="confirm_person"),
    path("appointments/<int:pk>/confirm/", confirmations.CONFIRM_APPOINTMENT, name="confirm_appointment"),
    path("appointments/<int:pk>/refuse/", confirmations.REFUSE_APPOINTMENT, name="refuse_appointment"),
    path("passwords/<int:pk>/confirm/", confirmations.CONFIRM_PASSWORD, name="confirm_password"),
    path("passwords/<int:pk>/refuse/", confirmations.REFUSE_PASSWORD, name="refuse_password"),
    path("password/", people.own_password, name="own_password"),
]
